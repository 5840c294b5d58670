"""Parts of a run of the planner: decide, group, keep drafts, find out what waits."""
