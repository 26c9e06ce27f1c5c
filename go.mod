module github.com/lockstep-tcp/lockstep

go 1.25
