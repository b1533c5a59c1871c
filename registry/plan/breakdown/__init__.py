"""What a number of a plan is made of: its parts by place, province, organisation and year."""
