"""From graph to program: lowering, memory, and the one evaluator."""
