"""The report of `semblance analyze`: one page about all files, which needs nothing but itself."""
