"""Planning work earlier than it is due, so that no week or month holds more than can be done."""
