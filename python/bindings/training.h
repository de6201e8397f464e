// The functions of terse._terse that train, and those of quantization alone.
#pragma once

#include <nanobind/nanobind.h>

namespace terse::python {

void bind_options(nanobind::module_& module);
void bind_training(nanobind::module_& module);
void bind_quantize(nanobind::module_& module);

}  // namespace terse::python
