"""Rules and model by which the lines of a text are typed, and the script that trains the model."""
