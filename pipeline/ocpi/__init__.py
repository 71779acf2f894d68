"""The OCPI interface of partners: asked page by page, checked, and never trusted further than it is configured."""
