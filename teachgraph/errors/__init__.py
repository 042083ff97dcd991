"""Reports made readable: source excerpts, verbosities, suggestions, and the pages."""
