"""The long memory: an index of run documents, in SQLite or PostgreSQL.

Run documents are the truth. The index can be deleted at any time, and made again from them.
"""
