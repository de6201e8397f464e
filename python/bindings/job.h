// Long work beside the interpreter: it runs in a thread of its own, without the interpreter's lock,
// while the calling thread shows progress and looks for Ctrl-C.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>

#include "terse/train/observer.h"

namespace terse::python {

/// Runs `work` with an observer for it. progress: None, or called with (step, steps, epoch, epochs,
/// loss, temperature) about ten times a second. What either of them throws, or Ctrl-C, stops the
/// work and is thrown here. Nothing in `work` may touch Python.
void run_job(const nanobind::object& progress,
             const std::function<void(const train::Observer&)>& work);

}  // namespace terse::python
