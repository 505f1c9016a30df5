"""The demo world: invented places and people, and ninety days of their life, told through the real actions."""
