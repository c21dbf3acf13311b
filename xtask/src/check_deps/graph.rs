//! The packages of one build and who uses whom, as far as the rules ask.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

use crate::process::output;

/// One package in one version.
#[derive(Debug, Clone, Default)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
    /// Its manifest, when the package is one of ours.
    pub manifest: Option<PathBuf>,
    /// Indices of the packages compiled into it or into its build script.
    pub uses: Vec<usize>,
    /// Indices of the packages that only its tests and benches use.
    pub tests_use: Vec<usize>,
}

/// All packages that a build on this kind of machine can reach.
#[derive(Debug, Default)]
pub struct Graph {
    pub packages: Vec<Package>,
}

impl Graph {
    /// Asks cargo.
    ///
    /// # Errors
    ///
    /// When cargo cannot resolve the workspace, or `Cargo.lock` is not up to date.
    pub fn read(root: &Path) -> Result<Self> {
        let host = host()?;
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .other_options(["--locked".into(), "--filter-platform".into(), host])
            .exec()
            .context("cargo metadata")?;
        Self::from_metadata(&metadata)
    }

    /// The packages of the workspace.
    pub fn own(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| package.manifest.is_some())
    }

    /// The packages at these indices.
    pub fn at(&self, indices: &[usize]) -> impl Iterator<Item = &Package> {
        indices.iter().filter_map(|index| self.packages.get(*index))
    }

    /// The names of all packages that are compiled into this one, itself left out.
    pub fn reached_from(&self, package: &Package) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open = package.uses.clone();
        while let Some(index) = open.pop() {
            if !seen.insert(index) {
                continue;
            }
            open.extend(
                self.packages
                    .get(index)
                    .into_iter()
                    .flat_map(|found| &found.uses),
            );
        }
        seen.into_iter()
            .filter_map(|index| self.packages.get(index))
            .map(|found| found.name.as_str())
            .collect()
    }

    fn from_metadata(metadata: &Metadata) -> Result<Self> {
        let resolve = metadata
            .resolve
            .as_ref()
            .context("cargo resolved nothing")?;
        let places: BTreeMap<&PackageId, usize> = resolve
            .nodes
            .iter()
            .enumerate()
            .map(|(place, node)| (&node.id, place))
            .collect();
        let packages = resolve
            .nodes
            .iter()
            .map(|node| {
                let package = &metadata[&node.id];
                let mut uses = Vec::new();
                let mut tests_use = Vec::new();
                for edge in &node.deps {
                    let Some(place) = places.get(&edge.pkg) else {
                        continue;
                    };
                    if edge
                        .dep_kinds
                        .iter()
                        .any(|kind| kind.kind == DependencyKind::Development)
                    {
                        tests_use.push(*place);
                    }
                    if edge
                        .dep_kinds
                        .iter()
                        .any(|kind| kind.kind != DependencyKind::Development)
                    {
                        uses.push(*place);
                    }
                }
                let own = metadata.workspace_members.contains(&node.id);
                Package {
                    name: package.name.to_string(),
                    version: package.version.to_string(),
                    licence: package.license.clone(),
                    manifest: own.then(|| package.manifest_path.clone().into_std_path_buf()),
                    uses,
                    tests_use,
                }
            })
            .collect();
        Ok(Self { packages })
    }
}

fn host() -> Result<String> {
    let told = output(Command::new("rustc").arg("-vV"))?;
    told.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(String::from)
        .context("rustc names no host")
}

/// A made-up graph: `name version licence -> names it uses`, our own marked by `*`.
#[cfg(test)]
pub fn made_up(lines: &[&str]) -> Graph {
    let parsed: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| line.split_once("->").unwrap_or((line, "")))
        .collect();
    let names: Vec<&str> = parsed
        .iter()
        .map(|(head, _)| {
            head.split_whitespace()
                .next()
                .unwrap()
                .trim_start_matches('*')
        })
        .collect();
    let packages = parsed
        .iter()
        .zip(&names)
        .map(|((head, uses), name)| {
            let mut words = head.split_whitespace().skip(1);
            Package {
                name: (*name).into(),
                version: words.next().unwrap_or("1.0.0").into(),
                licence: Some(words.collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty()),
                manifest: head.starts_with('*').then(|| PathBuf::from(*name)),
                uses: uses
                    .split_whitespace()
                    .map(|used| names.iter().position(|name| *name == used).unwrap())
                    .collect(),
                tests_use: Vec::new(),
            }
        })
        .collect();
    Graph { packages }
}
