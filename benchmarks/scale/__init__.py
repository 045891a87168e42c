"""Does the cost of an event stay the same when there is more of something?"""
