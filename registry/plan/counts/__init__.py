"""Running counts: what every row counted, kept beside the evidence, so that reading costs no more than the rows."""
