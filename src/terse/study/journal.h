// The results of a study in a folder, so that it can be killed and started again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "terse/study/trial.h"

namespace terse::study {

/// One file per trial, FOLDER/trials/ab/abcd....json, named by the trial's hash and written under a
/// temporary name first. Any number of processes may share the folder.
class Journal {
 public:
  /// Creates the folder if needed. Throws JobError if that fails.
  explicit Journal(std::filesystem::path folder);

  /// The result of the trial, or nothing if it has not been done. Throws InputError, naming the
  /// file, if it is damaged or belongs to another trial.
  std::optional<TrialResult> find(const Trial& trial) const;
  /// Keeps a result; a simultaneous reader sees all of it or nothing. Throws JobError.
  void store(const Trial& trial, const TrialResult& result) const;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path_of(const std::string& hash) const;

 private:
  std::filesystem::path folder_;
};

/// The outcome of merge_results().
struct Merged {
  std::size_t copied = 0;
  std::size_t known = 0;           ///< were there already
  std::vector<std::string> notes;  ///< results of the same trial that differ: the first one stays
};

/// Copies the results of the journal in `from`. Damaged files: InputError, as find().
Merged merge_results(const std::filesystem::path& from, const Journal& into);

/// The file's format: parse and print. `source` is for messages.
TrialResult read_result(const std::string& text, const std::string& canonical_trial,
                        const std::string& source);
std::string write_result(const std::string& canonical_trial, const TrialResult& result);

}  // namespace terse::study
