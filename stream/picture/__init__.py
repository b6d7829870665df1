"""Pictures in files: JPEG, PNG, GIF, BMP and WebP, from whoever sent them."""
