"""Template tags of the surfaces: how money, times, codes and icons are written."""
