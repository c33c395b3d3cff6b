"""Events of the processor by callgrind's simulation, which repeats exactly."""
