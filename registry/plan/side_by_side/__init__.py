"""Several plans beside each other, row by row as their files say that they answer each other."""
