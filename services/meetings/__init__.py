"""The council itself: institutions, bodies, meetings and action plans."""
