"""The bottom layer: types, graphs, origins, events, documents, reports, settings."""
