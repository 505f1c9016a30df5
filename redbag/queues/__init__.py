"""Work for later: rows that are their own queue, and the doorbells of whoever works on them."""
