// The start of the process: standard streams and signals, whatever the command.
#pragma once

namespace terse::cli {

/// At the start of main(), before any file is opened:
/// - the number of a standard stream that is closed is taken, so that no file of ours gets it;
///   writing there fails;
/// - a limit on the size of files is an error of that file, not the end of the program;
/// - a process that is told to end (SIGINT, SIGTERM, SIGHUP) leaves no unfinished file behind.
void prepare_process();

/// From now on this signal ends the process in that way. May be called in a signal handler.
void end_at(int signal_number) noexcept;

}  // namespace terse::cli
