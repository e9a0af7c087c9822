"""Public notebooks, converted and run: a package must compute what the tagged cells compute."""
