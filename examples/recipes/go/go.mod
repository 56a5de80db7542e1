module example/seek

go 1.19
