//! latprobe's reference targets in one library, exported as any user's would be.
