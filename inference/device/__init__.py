"""What makes a GPU worth having: models in their fastest form, and their buffers kept on the device."""
