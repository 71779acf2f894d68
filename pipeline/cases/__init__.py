"""Cases of tokens that more than one may use: reading them, and the page that shows one."""
