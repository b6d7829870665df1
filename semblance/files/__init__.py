"""Files for `semblance analyze`: which they are, how far they can be read, where their results go."""
