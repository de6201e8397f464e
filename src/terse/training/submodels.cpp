#include "terse/training/submodels.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/simd/dispatch.h"
#include "terse/training/signed_sums_kernel.h"

namespace terse::training {
namespace {

// A stream of Random that no layer and no step of dropout has.
constexpr std::uint64_t sign_stream = 1U << 19;
// Two submodels of few groups may have to be alike.
constexpr unsigned draws_max = 16;

bool like_one_before(const base::Matrix& signs, std::size_t submodel) {
  for (std::size_t other = 0; other < submodel; ++other) {
    if (std::ranges::equal(signs.row(other), signs.row(submodel))) return true;
  }
  return false;
}

}  // namespace

Submodels::Submodels(std::size_t count, std::size_t per_row, std::size_t groups, std::uint64_t seed)
    : per_row_(per_row), signs_(count, groups), parts_(count) {
  TERSE_CHECK(count > 0 && per_row > 0 && per_row <= count && groups > 0);
  std::ranges::fill(signs_.values(), 1.0F);
  if (!several()) return;
  base::Random random(seed, sign_stream);
  for (std::size_t submodel = 0; submodel < count; ++submodel) {
    for (unsigned draw = 0; draw < draws_max; ++draw) {
      for (float& sign : signs_.row(submodel)) sign = random.below(2) == 0 ? 1.0F : -1.0F;
      if (!like_one_before(signs_, submodel)) break;
    }
  }
}

void Submodels::set_signs(const base::Matrix& signs) {
  TERSE_CHECK(signs.rows() == signs_.rows() && signs.columns() == signs_.columns());
  signs_ = signs;
}

void Submodels::lay_out(std::size_t rows) {
  source_.resize(rows * per_row_);
  places_.resize(rows * per_row_);
  std::vector<std::size_t> placed(rows);
  std::uint32_t place = 0;
  for (std::size_t submodel = 0; submodel < count(); ++submodel) {
    parts_[submodel].begin = place;
    for (std::size_t shift = 0; shift < per_row_; ++shift) {
      const std::size_t part = (submodel + count() - shift) % count();
      const std::size_t end = (part + 1) * rows / count();
      for (std::size_t r = part * rows / count(); r < end; ++r, ++place) {
        source_[place] = static_cast<std::uint32_t>(r);
        places_[r * per_row_ + placed[r]++] = {place, static_cast<std::uint32_t>(submodel)};
      }
    }
    parts_[submodel].end = place;
  }
}

void Submodels::take(std::span<const std::uint32_t> rows) {
  if (source_.size() != rows.size() * per_row_) lay_out(rows.size());
  rows_.resize(source_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] = rows[source_[i]];
}

void Submodels::spread(base::ConstMatrixView products, Share own, base::MatrixView to) const {
  std::vector<const float*> signs(per_row_);
  std::vector<float*> targets(per_row_);
  for (std::size_t r = own.begin; r < own.end; ++r) {
    for (std::size_t s = 0; s < per_row_; ++s) {
      const Place& place = places_[r * per_row_ + s];
      signs[s] = signs_.row(place.submodel).data();
      targets[s] = to.row(place.row).data();
    }
    TERSE_DISPATCH(signed_sums)
    (products.row(r).data(), to.columns, groups(), to.columns, signs.data(), targets.data(),
     per_row_);
  }
}

void Submodels::gather(base::ConstMatrixView gradients, Share own, base::MatrixView to) const {
  std::vector<const float*> signs(per_row_);
  std::vector<const float*> sources(per_row_);
  for (std::size_t r = own.begin; r < own.end; ++r) {
    for (std::size_t s = 0; s < per_row_; ++s) {
      const Place& place = places_[r * per_row_ + s];
      signs[s] = signs_.row(place.submodel).data();
      sources[s] = gradients.row(place.row).data();
    }
    TERSE_DISPATCH(signed_parts)
    (sources.data(), signs.data(), per_row_, groups(), gradients.columns, to.row(r).data());
  }
}

}  // namespace terse::training
