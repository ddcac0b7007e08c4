"""What an edit document may name: effects, transitions, caption styles. Tables, each in its own file."""
