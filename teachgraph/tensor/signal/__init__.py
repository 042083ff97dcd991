"""Signals and pictures: pooling and convolution; re-exports only."""
