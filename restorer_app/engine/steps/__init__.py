# SPDX-License-Identifier: Apache-2.0
"""The steps of a restoration, one folder each: settings, description, and the step itself."""
