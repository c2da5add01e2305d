//! Patterns of names that a run is limited to, and what a link does to them.

use globset::{Glob, GlobSet, GlobSetBuilder};

/// How the pattern of a file's name starts, wherever the file lies.
const ANYWHERE: &str = "**/";

/// Which documents are screened, by their names; all of them without any pattern.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// Patterns of places, not of names alone.
    included_places: Vec<String>,
    excluded_places: Vec<String>,
}

impl Patterns {
    /// Documents that one of `include` matches, if there is any, and none of `exclude`.
    ///
    /// # Errors
    /// When all of them together are too large.
    pub fn new(include: &[Glob], exclude: &[Glob]) -> Result<Self, String> {
        let set = |globs: &[Glob]| {
            let mut set = GlobSetBuilder::new();
            globs.iter().for_each(|glob| {
                set.add(glob.clone());
            });
            set.build().map_err(|error| error.to_string())
        };
        let places = |globs: &[Glob]| {
            let places = globs.iter().map(|glob| glob.glob().to_owned());
            places.filter(|glob| !glob.starts_with(ANYWHERE)).collect()
        };
        Ok(Self {
            include: if include.is_empty() { None } else { Some(set(include)?) },
            exclude: set(exclude)?,
            included_places: places(include),
            excluded_places: places(exclude),
        })
    }

    /// Whether a document of this name is screened.
    pub fn take(&self, name: &str) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(name)) && !self.exclude.is_match(name)
    }

    /// Whether a document is left out, whatever else is asked for.
    pub fn exclude(&self, name: &str) -> bool {
        self.exclude.is_match(name)
    }

    /// Whether something in the folder may be left out for where it lies, and not for its own name, so
    /// that a link elsewhere would publish what nobody looks at.
    pub(super) fn may_leave_out_in(&self, folder: &str) -> bool {
        let inside = format!("{folder}/");
        let any = format!("{inside}_");
        let about = |places: &[String]| places.iter().any(|place| place.starts_with(&inside));
        let excluded =
            self.exclude.is_match(folder) || self.exclude.is_match(&any) || about(&self.excluded_places);
        let elsewhere = !self.included_places.is_empty() && !about(&self.included_places);
        excluded || elsewhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(include: &[&str], exclude: &[&str]) -> Patterns {
        let globs = |texts: &[&str]| texts.iter().map(|text| Glob::new(text).unwrap()).collect::<Vec<_>>();
        Patterns::new(&globs(include), &globs(exclude)).unwrap()
    }

    #[test]
    fn places_are_told_from_names() {
        let left_out =
            |include: &[&str], exclude: &[&str]| patterns(include, exclude).may_leave_out_in("in/a");
        assert!(!left_out(&[], &[]));
        // The same name is left out behind the link, and screened behind the link.
        assert!(!left_out(&[], &["**/*.js"]) && !left_out(&["**/*.docx"], &[]));
        assert!(left_out(&[], &["in/**"]) && left_out(&[], &["**/a/**"]) && left_out(&[], &["in/a/*.docx"]));
        assert!(!left_out(&[], &["in/b/**"]));
        assert!(left_out(&["site/**"], &[]) && !left_out(&["in/a/**"], &[]));
    }
}
