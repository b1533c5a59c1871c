"""Whether the laboratory was accredited for each result on the day of its work: as found, and as is known now."""
