"""What arrives in a mailbox: which message it is about, and what follows from it."""
