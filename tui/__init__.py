"""The terminal screens and the command line: what people see and press. All rules live in `store`."""
