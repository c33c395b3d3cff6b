//! System calls of the target, by the kernel's syscall user dispatch: each raises a signal before
//! it is made, which takes no privilege and leaves none out. x86-64 alone has it.
//!
//! `Documentation/admin-guide/syscall-user-dispatch.rst` in the kernel's sources. The kernel looks
//! at a byte of ours at each system call of this thread; while it says so, the call is not made
//! and `SIGSYS` is raised. The handler keeps the place, makes the call itself, and puts the answer
//! where the target looks for it.

use super::watcher::Watcher;

/// The watch over one thread, ended when dropped.
pub(super) struct SystemCalls {
    unsupported: Option<String>,
}

impl SystemCalls {
    /// Prepares for this thread, and watches nothing yet.
    pub fn watch(watcher: &Watcher) -> Self {
        Self { unsupported: dispatch::switch_on(watcher).err() }
    }

    /// Why nothing is watched, where that is so.
    pub fn unsupported(&self) -> Option<&str> {
        self.unsupported.as_deref()
    }

    /// From now on each system call of this thread is told.
    #[inline]
    pub fn begin(&self) {
        if self.unsupported.is_none() {
            dispatch::begin();
        }
    }

    /// The message is done.
    #[inline]
    pub fn end(&self) {
        if self.unsupported.is_none() {
            dispatch::end();
        }
    }

    /// Whether the last message made a call that had to be let through, and others unseen after it.
    pub fn lost_sight(&self) -> bool {
        self.unsupported.is_none() && dispatch::lost_sight()
    }
}

impl Drop for SystemCalls {
    fn drop(&mut self) {
        if self.unsupported.is_none() {
            dispatch::switch_off();
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod dispatch {
    use super::Watcher;

    pub fn switch_on(_: &Watcher) -> Result<(), String> {
        Err("the kernel has no syscall user dispatch for this processor".to_owned())
    }

    pub fn begin() {}

    pub fn end() {}

    pub fn lost_sight() -> bool {
        false
    }

    pub fn switch_off() {}
}

#[cfg(target_arch = "x86_64")]
mod dispatch {
    use super::super::unwinding::Place;
    use super::Watcher;
    use std::arch::{asm, naked_asm};
    use std::ffi::{c_int, c_void};
    use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, Ordering};

    // include/uapi/linux/prctl.h
    const PR_SET_SYSCALL_USER_DISPATCH: c_int = 59;
    const PR_SYS_DISPATCH_OFF: c_int = 0;
    const PR_SYS_DISPATCH_ON: c_int = 1;
    const ALLOW: u8 = 0;
    const BLOCK: u8 = 1;
    const SA_RESTORER: u64 = 0x0400_0000;
    /// Bytes of [`restore`], rounded up: calls from there are never stopped.
    const RESTORE_BYTES: usize = 16;
    const SYSCALL_BYTES: i64 = 2;

    /// The byte that the kernel looks at.
    static SELECTOR: AtomicU8 = AtomicU8::new(ALLOW);
    static LOST_SIGHT: AtomicBool = AtomicBool::new(false);
    static WATCHER: AtomicPtr<Watcher> = AtomicPtr::new(std::ptr::null_mut());

    /// The kernel's `struct sigaction`, which is not the C library's: that one would put a way
    /// back of its own into it, whose system call would be stopped.
    #[repr(C)]
    struct KernelAction {
        handler: *const c_void,
        flags: u64,
        restorer: *const c_void,
        mask: u64,
    }

    pub fn switch_on(watcher: &Watcher) -> Result<(), String> {
        WATCHER.store((&raw const *watcher).cast_mut(), Ordering::Relaxed);
        let action = KernelAction {
            handler: stopped as *const c_void,
            flags: libc::SA_SIGINFO as u64 | SA_RESTORER,
            restorer: restore as *const c_void,
            mask: 0,
        };
        // SAFETY: a whole action, and no old one is asked for.
        let set = unsafe {
            libc::syscall(
                libc::SYS_rt_sigaction,
                libc::SIGSYS,
                &raw const action,
                std::ptr::null::<c_void>(),
                size_of::<u64>(),
            )
        };
        // SAFETY: the range is that of `restore`, and the byte is a static.
        let on = set == 0
            && unsafe {
                libc::prctl(
                    PR_SET_SYSCALL_USER_DISPATCH,
                    PR_SYS_DISPATCH_ON,
                    restore as *const c_void,
                    RESTORE_BYTES,
                    SELECTOR.as_ptr(),
                ) == 0
            };
        if on {
            return Ok(());
        }
        let error = std::io::Error::last_os_error();
        Err(format!(
            "the kernel has no syscall user dispatch, which Linux has from 5.11 on: {error}"
        ))
    }

    pub fn switch_off() {
        // SAFETY: ends what `switch_on` began.
        unsafe { libc::prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0) };
        WATCHER.store(std::ptr::null_mut(), Ordering::Relaxed);
    }

    #[inline]
    pub fn begin() {
        LOST_SIGHT.store(false, Ordering::Relaxed);
        SELECTOR.store(BLOCK, Ordering::Relaxed);
    }

    #[inline]
    pub fn end() {
        SELECTOR.store(ALLOW, Ordering::Relaxed);
    }

    pub fn lost_sight() -> bool {
        LOST_SIGHT.load(Ordering::Relaxed)
    }

    /// The way back from the handler.
    #[unsafe(naked)]
    unsafe extern "C" fn restore() {
        naked_asm!("mov eax, 15", "syscall", "ud2", ".balign 16") // rt_sigreturn
    }

    /// Called by the kernel in the place of a system call.
    unsafe extern "C" fn stopped(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
        SELECTOR.store(ALLOW, Ordering::Relaxed);
        // SAFETY: the kernel hands over a whole context, and a watcher is there while calls are
        // stopped.
        let (context, watcher) = unsafe {
            (&mut *context.cast::<libc::ucontext_t>(), &*WATCHER.load(Ordering::Relaxed))
        };
        let registers = &mut context.uc_mcontext.gregs;
        let register = |index: c_int| registers[usize::try_from(index).unwrap_or_default()];
        let number = register(libc::REG_RAX);
        let place = Place {
            pc: (register(libc::REG_RIP) - SYSCALL_BYTES).cast_unsigned(),
            sp: register(libc::REG_RSP).cast_unsigned(),
            fp: register(libc::REG_RBP).cast_unsigned(),
            is_return_address: false,
        };
        watcher.system_call(u16::try_from(number).unwrap_or(u16::MAX), place);
        if works_on_its_own_frame(number) {
            // Let it through where it stands, and do not look until the next message.
            registers[libc::REG_RIP as usize] -= SYSCALL_BYTES;
            LOST_SIGHT.store(true, Ordering::Relaxed);
            return;
        }
        let answer: i64;
        // SAFETY: the target's own call, with its own arguments.
        unsafe {
            asm!(
                "syscall",
                inlateout("rax") number => answer,
                in("rdi") register(libc::REG_RDI),
                in("rsi") register(libc::REG_RSI),
                in("rdx") register(libc::REG_RDX),
                in("r10") register(libc::REG_R10),
                in("r8") register(libc::REG_R8),
                in("r9") register(libc::REG_R9),
                lateout("rcx") _,
                lateout("r11") _,
                options(nostack)
            );
        }
        registers[libc::REG_RAX as usize] = answer;
        SELECTOR.store(BLOCK, Ordering::Relaxed);
    }

    /// Calls that cannot be made from a handler: they are about the stack, the signals or the
    /// process that they are made on.
    fn works_on_its_own_frame(number: i64) -> bool {
        matches!(
            number,
            libc::SYS_rt_sigreturn
                | libc::SYS_rt_sigprocmask
                | libc::SYS_sigaltstack
                | libc::SYS_clone
                | libc::SYS_clone3
                | libc::SYS_fork
                | libc::SYS_vfork
                | libc::SYS_execve
                | libc::SYS_execveat
                | libc::SYS_exit
                | libc::SYS_exit_group
        )
    }
}
