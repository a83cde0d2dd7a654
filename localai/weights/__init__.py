"""Files of weights: had from the Hub or from this disk, checked, remembered, measured against RAM.

It must not know how a model is run. Callers import the files of this room one by one, so that
huggingface_hub is loaded only by a pull or a removal.
"""
