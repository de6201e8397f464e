#include "arrays.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "terse/base/error.h"

namespace nb = nanobind;

namespace terse::python {
namespace {

template <typename T, typename Owner>
nb::object owned(Owner owner, T* values, const std::vector<std::size_t>& shape) {
  auto kept = std::make_unique<Owner>(std::move(owner));
  const nb::capsule release(kept.get(), [](void* held) noexcept {
    std::default_delete<Owner>()(static_cast<Owner*>(held));
  });
  kept.release();
  return nb::cast(nb::ndarray<nb::numpy, T>(values, shape.size(), shape.data(), release));
}

}  // namespace

void Columns::keep(nb::object array, std::size_t rows, const std::string& name) {
  if (rows != rows_) {
    throw base::InputError(source_, "",
                           "column '" + name + "' has " + std::to_string(rows) +
                               " rows where the others have " + std::to_string(rows_),
                           "");
  }
  owners_.push_back(std::move(array));
}

template <typename T>
void Columns::add_numbers(std::string name, std::string unit, const Vector<T>& numbers) {
  keep(nb::cast(numbers), numbers.shape(0), name);
  arrays_.push_back({.name = std::move(name),
                     .unit = std::move(unit),
                     .cells = data::Strided<T>{numbers.data(), numbers.stride(0)}});
}

void Columns::add_words(std::string name, std::string unit, std::vector<std::string> words,
                        const Vector<std::int32_t>& of_row) {
  keep(nb::cast(of_row), of_row.shape(0), name);
  arrays_.push_back({.name = std::move(name),
                     .unit = std::move(unit),
                     .cells = data::Words{std::move(words), {of_row.data(), of_row.stride(0)}}});
}

train::FrameReader Columns::reader() const {
  return [this](const data::ReadOptions& options) {
    return data::read_arrays(source_, arrays_, rows_, options);
  };
}

template <typename T>
nb::object numpy_array(std::vector<T> values, const std::vector<std::size_t>& shape) {
  T* const data = values.data();
  return owned<T>(std::move(values), data, shape);
}
template nb::object numpy_array(std::vector<float>, const std::vector<std::size_t>&);
template nb::object numpy_array(std::vector<double>, const std::vector<std::size_t>&);
template nb::object numpy_array(std::vector<std::uint8_t>, const std::vector<std::size_t>&);

nb::object numpy_array(base::Matrix values) {
  float* const data = values.data();
  const std::vector<std::size_t> shape = {values.rows(), values.columns()};
  return owned<float>(std::move(values), data, shape);
}

base::ConstMatrixView view_of(const Rows<float>& rows) {
  return {rows.data(), rows.shape(0), rows.shape(1)};
}

void bind_columns(nb::module_& module) {
  nb::class_<Columns>(module, "Columns", "Named columns of the same length, which are not copied.")
      .def(nb::init<std::string, std::size_t>(), nb::arg("source"), nb::arg("rows"))
      .def("add_numbers", &Columns::add_numbers<float>, nb::arg("name"), nb::arg("unit"),
           nb::arg("numbers").noconvert(), "Add numbers, in which NaN is a gap.")
      .def("add_numbers", &Columns::add_numbers<double>, nb::arg("name"), nb::arg("unit"),
           nb::arg("numbers").noconvert())
      .def("add_words", &Columns::add_words, nb::arg("name"), nb::arg("unit"), nb::arg("words"),
           nb::arg("of_row").noconvert(),
           "Add texts: an index into words for each row, below 0 for a gap.")
      .def_prop_ro("rows", &Columns::rows, "Number of rows.");
}

}  // namespace terse::python
