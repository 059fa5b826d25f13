"""The half-term planner: when newsletters are due, asking for news, and the draft that fills itself."""
