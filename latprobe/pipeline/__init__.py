"""The flow put together: from a scenario to a judged run, whoever asks for one.

The command line, the Python API and the pytest plugin all run what is here.
"""
