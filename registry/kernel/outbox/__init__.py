"""The outbox: what is to be told to the world outside, put down with what causes it, sent once it is committed."""
