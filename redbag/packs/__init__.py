"""The hospital pack on paper, and the page that its own QR opens."""
