// The module terse._terse: what the package terse makes its functions and classes of.
#include <nanobind/nanobind.h>

#include "arrays.h"
#include "model.h"
#include "terse/base/error.h"
#include "training.h"

namespace nb = nanobind;

namespace {

// Python's own exceptions, so that nobody has to know ours.
void translate(const std::exception_ptr& failure, void*) {
  try {
    std::rethrow_exception(failure);
  } catch (const terse::base::InputError& error) {
    PyErr_SetString(PyExc_ValueError, error.what());
  } catch (const terse::base::JobError& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
}

}  // namespace

NB_MODULE(_terse, module) {
  module.doc() = "The C++ library behind the package terse; use that.";
  module.attr("__version__") = TERSE_VERSION;
  nb::register_exception_translator(&translate);
  terse::python::bind_columns(module);
  terse::python::bind_options(module);
  terse::python::bind_model(module);
  terse::python::bind_training(module);
  terse::python::bind_quantize(module);
  terse::python::bind_folding(module);
}
