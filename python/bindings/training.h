// The functions of terse._terse that train, those of quantization alone, and one that folds what
// others trained.
#pragma once

#include <nanobind/nanobind.h>

namespace terse::python {

void bind_options(nanobind::module_& module);
void bind_training(nanobind::module_& module);
void bind_quantize(nanobind::module_& module);
void bind_folding(nanobind::module_& module);

}  // namespace terse::python
