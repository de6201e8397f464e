// A model as Python holds it.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

#include "terse/model/model.h"

namespace terse::python {

/// Immutable, and shared by whoever holds a copy.
class HeldModel {
 public:
  explicit HeldModel(model::Model model)
      : model_(std::make_shared<const model::Model>(std::move(model))) {}

  const model::Model& operator*() const { return *model_; }
  const model::Model* operator->() const { return model_.get(); }

 private:
  std::shared_ptr<const model::Model> model_;
};

void bind_model(nanobind::module_& module);
/// Model.export().
void bind_export(nanobind::class_<HeldModel>& model);

/// A dict of what a model is, for people and for other methods.
nanobind::dict description_of(const HeldModel& model);

}  // namespace terse::python
